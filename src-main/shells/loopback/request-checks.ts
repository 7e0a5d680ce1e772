import type { IncomingMessage } from 'node:http';

/** The longest body of a start request. */
const LONGEST_BODY = 512;
const BODY_MS = 5_000;

/** How an incoming request stands to this server's own address. */
export type Standing = 'ours' | 'other-host' | 'other-origin';

/**
 * Host must be exactly ours, so that a name that somebody points at 127.0.0.1 reaches nothing. Origin must be ours where there is one;
 * `null`, which a file page sends, counts on `/start` only; a WebSocket must have one.
 */
export function standingOf(
  request: IncomingMessage,
  host: string,
  origin: 'optional' | 'needed' | 'from-file',
): Standing {
  const { headers } = request;
  if (headers.host !== host) return 'other-host';
  const allowed = origin === 'from-file' ? ['null'] : [`http://${host}`, ...(origin === 'optional' ? [undefined] : [])];
  return allowed.includes(headers.origin) ? 'ours' : 'other-origin';
}

/** The value of one cookie; undefined when it is missing or there twice. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

/** The token of a start request's form; undefined on another form, a long body or one that does not come. */
export async function tokenOf(request: IncomingMessage): Promise<string | undefined> {
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return undefined;
  const timer = setTimeout(() => request.destroy(), BODY_MS);
  try {
    let body = '';
    for await (const piece of request) {
      body += String(piece);
      if (body.length > LONGEST_BODY) return undefined;
    }
    const form = new URLSearchParams(body);
    return form.getAll('token').length === 1 ? (form.get('token') ?? undefined) : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
