import type { Environment } from '#shared/domain/identifiers.ts';
import type { DapBlock } from '#shared/protocols/globalplatform/load-blocks.ts';

/** A package as preparation puts it on cards; its bytes were compared with hash and signature a moment ago. */
export interface PackageToLoad {
  /** SHA-256 of the CAP file, lower-case hexadecimal. */
  readonly hash: string;
  readonly aid: Uint8Array;
  readonly version: { readonly major: number; readonly minor: number };
  readonly modules: readonly Uint8Array[];
  /** What LOAD carries as C4. */
  readonly loadFileDataBlock: Uint8Array;
  /** Its SHA-256, for INSTALL [for load]. */
  readonly loadFileHash: Uint8Array;
  readonly dap: readonly DapBlock[];
}

/** The catalogue as preparation sees it. */
export interface AppletPackages {
  /**
   * The package of a hash, checked again: listed, by a provider that is still trusted, for this environment, its file unaltered and its signature
   * right. APPLET-UNKNOWN, APPLET-WITHDRAWN, APPLET-PROVIDER, APPLET-ENVIRONMENT, APPLET-ALTERED, APPLET-SIGNATURE, and the faults of CAP files.
   */
  forLoading(hash: string, environment: Environment): PackageToLoad;
}
