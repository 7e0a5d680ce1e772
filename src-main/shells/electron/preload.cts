import type { IpcRenderer } from 'electron';

declare const window: { postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void };

// A sandboxed preload script is CommonJS.
const { ipcRenderer } = require('electron') as { ipcRenderer: IpcRenderer };

// The only way between page and station: one port, handed on as it came. The page world gets no function of this one.
ipcRenderer.on('cardwright-port', (event) => {
  window.postMessage('cardwright-port', '*', [...(event.ports as readonly unknown[])]);
});
