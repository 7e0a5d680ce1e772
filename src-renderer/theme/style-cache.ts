import createCache from '@emotion/cache';
import type { EmotionCache } from '@emotion/cache';

/** The nonce that the shell put into this page; without it the policy lets no style through. */
export function pageNonce(page: Document): string {
  const meta = page.querySelector<HTMLMetaElement>('meta[property=csp-nonce]');
  return meta?.nonce ?? '';
}

export function styleCache(nonce: string): EmotionCache {
  return createCache({ key: 'cw', nonce, prepend: true });
}
