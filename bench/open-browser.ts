import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../src-main/shells/loopback/find-browser.ts';

/** Opens the browser that the loopback shell would open, without a display. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser(process.platform, process.env);
  if (executablePath === undefined) throw new Error('No Chromium, Chrome or Edge was found.');
  // Chromium's sandbox refuses to run as uid 0.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** What only the login screen shows. */
export const loginForm = 'input[autocomplete="username"]';
