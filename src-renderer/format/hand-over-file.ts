import { blobOf } from './base64.ts';

/** Hands a file to the browser as a download. */
export function handOverBlob(fileName: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Hands a file that came as base64 to the browser as a download. */
export function handOverFile(fileName: string, base64: string, type: string): void {
  handOverBlob(fileName, blobOf(base64, type));
}
