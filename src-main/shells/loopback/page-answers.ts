import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { PAGE_HOST, PAGE_SCHEME } from '../electron/page-address.ts';
import { pageFile } from '../electron/page-file.ts';
import { pageHeaders, withNonce } from '../electron/page-policy.ts';

const always = {
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), clipboard-read=()',
};

/** A refusal in plain words; nothing in it comes from the request. */
export function answerPlainly(response: ServerResponse, status: number, words: string): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(status, { ...pageHeaders('text/plain; charset=utf-8', nonce), ...always, connection: 'close' });
  response.end(`${words}\n`);
}

/**
 * Sends the window on to the pages with its cookie. A redirect would count as cross-site, and a strict cookie would not come with it:
 * hence 200 with `Refresh`.
 */
export function answerAdmission(response: ServerResponse, cookie: string): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, {
    ...pageHeaders('text/html; charset=utf-8', nonce),
    ...always,
    'set-cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/`,
    refresh: '0; url=/',
  });
  response.end('<!doctype html><title>Cardwright</title>');
}

/** Answers with a built file of the page folder, its nonce put in place; 404 for anything that is not one, whatever way the path takes. */
export async function answerPage(response: ServerResponse, folder: string, target: string, head: 'GET' | 'HEAD') {
  const address = `${PAGE_SCHEME}://${PAGE_HOST}${target === '/favicon.ico' ? '/favicon.svg' : target}`;
  const found = pageFile(folder, address);
  const content = found === undefined ? null : await readFile(found.file).catch(() => null);
  if (found === undefined || content === null) {
    answerPlainly(response, 404, 'There is no such page.');
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  const body = path.extname(found.file) === '.html' ? Buffer.from(withNonce(content.toString('utf8'), nonce)) : content;
  response.writeHead(200, { ...pageHeaders(found.contentType, nonce), ...always, 'content-length': body.length });
  response.end(head === 'HEAD' ? undefined : body);
}
