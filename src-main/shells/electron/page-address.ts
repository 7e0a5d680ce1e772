/** The page's own scheme and host: `app://cardwright/`. Nothing else is ever shown in a window. */
export const PAGE_SCHEME = 'app';
export const PAGE_HOST = 'cardwright';
export const PAGE_ADDRESS = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`;

/** Whether an address is the station's own page: the window may load it, and its top frame may hold a port to the station. */
export function isOwnPage(address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  return url.protocol === `${PAGE_SCHEME}:` && url.host === PAGE_HOST && url.username === '' && url.password === '';
}

/** Where a window may go by itself: to its own page (a reload), nowhere else. */
export function navigationAllowed(address: string): boolean {
  return isOwnPage(address);
}

/** The page needs no permission of the browser's list: not the camera, not the clipboard, not notifications. */
export function permissionAllowed(_permission: string): false {
  return false;
}
