/**
 * CAP files of applet packages by their SHA-256. Content, not state: entries tell hash, AID and provider, never the bytes. A file is there from
 * the request on, and stays for as long as its package is in the catalogue.
 */
export const appletPackageFiles = `
CREATE TABLE applet_package_files (
  hash TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
`;
