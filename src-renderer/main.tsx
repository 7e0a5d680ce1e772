import './wires/zod-without-eval.ts';
import '@fontsource-variable/inter/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { onSessionLost } from './queries/query-client.ts';
import { greetStation } from './stores/follow-station.ts';
import { useSession } from './stores/session-store.ts';
import { pageNonce, styleCache } from './theme/style-cache.ts';
import { stationLink } from './wires/station.ts';
import { startWording } from './wording/wording.ts';

async function start(): Promise<void> {
  const place = document.querySelector('#root');
  if (place === null) throw new Error('the page has no place for the program');
  const nonce = pageNonce(document);
  onSessionLost(() => void greetStation());
  for (const kind of ['pointerdown', 'keydown'] as const)
    addEventListener(kind, () => useSession.getState().act(), { passive: true });
  void stationLink.keepOpen();
  await startWording();
  createRoot(place).render(
    <StrictMode>
      <App cache={styleCache(nonce)} nonce={nonce} />
    </StrictMode>,
  );
}

void start();
