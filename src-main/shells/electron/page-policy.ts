/** The mark that the page build leaves where each answer gets its own nonce. */
const NONCE_MARK = '__CSP_NONCE__';

/** The content security policy of the page; styles of MUI carry the nonce, which must be fresh for each answer. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer to the page. */
export function pageHeaders(contentType: string, nonce: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': contentSecurityPolicy(nonce),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

/** The page's HTML with its nonce in place. */
export function withNonce(html: string, nonce: string): string {
  return html.replaceAll(NONCE_MARK, nonce);
}
