import { blobOf } from './base64.ts';

/** Hands a file that came as base64 to the browser as a download. */
export function handOverFile(fileName: string, base64: string, type: string): void {
  const address = URL.createObjectURL(blobOf(base64, type));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
