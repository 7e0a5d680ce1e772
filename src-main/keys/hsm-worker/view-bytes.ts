/** The same memory as a plain Uint8Array: no copy is left behind that nobody wipes. */
export function viewBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The same memory as a Buffer, for calls that take nothing else. */
export function viewBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
