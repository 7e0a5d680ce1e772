import path from 'node:path';
import { isOwnPage } from './page-address.ts';

/** Endings that a built page consists of, with what they are sent as. Anything else is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export interface PageFile {
  readonly file: string;
  readonly contentType: string;
}

/** The file below `folder` that an address of the page stands for, or undefined: another host, a way out of the folder, an unknown ending. */
export function pageFile(folder: string, address: string): PageFile | undefined {
  if (!isOwnPage(address)) return undefined;
  let inside: string;
  try {
    inside = decodeURIComponent(new URL(address).pathname);
  } catch {
    return undefined;
  }
  if (inside.includes('\0') || inside.includes('\\')) return undefined;
  const file = path.join(folder, inside === '/' ? 'index.html' : inside);
  const relative = path.relative(folder, file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return undefined;
  const contentType = TYPES[path.extname(file).toLowerCase()];
  return contentType === undefined ? undefined : { file, contentType };
}
