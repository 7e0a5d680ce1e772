import { toHex } from '#shared/bytes/bytes.ts';
import type { ChipContent } from '#shared/domain/chip-content.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { PackageToLoad } from '../applets/port.ts';

/** A package to load; its bytes lie behind the reference `package:<hash>`. All bytes in hexadecimal. */
export interface PlannedPackage {
  readonly aid: string;
  readonly hash: string;
  readonly version: { readonly major: number; readonly minor: number };
  readonly modules: readonly string[];
  readonly reference: string;
  /** Length of the load file data block, and its SHA-256. */
  readonly length: number;
  readonly loadFileHash: string;
  /** Empty for the security domain that is spoken to. */
  readonly securityDomain: string;
  readonly dap: readonly { readonly securityDomain: string; readonly signature: string }[];
}

/** What is taken off a card and brought onto it, in this order: removals, security domains, packages, applications. */
export interface PlannedContent extends Pick<ChipContent, 'removals' | 'securityDomains' | 'applications'> {
  readonly packages: readonly PlannedPackage[];
}

/** Where the bytes of a package lie while its card is in the machine. */
export function packageReference(hash: string): string {
  return `package:${hash}`;
}

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

/**
 * Plans what a card is loaded with: each package must be the one that its product names, bear the signatures that the product demands, and have the
 * modules that are installed from it. CARD-PERSONALISATION otherwise. Does not touch the card.
 */
export function planContent(content: ChipContent, packages: readonly PackageToLoad[]): PlannedContent {
  const planned = content.packages.map((wanted): PlannedPackage => {
    const found = packages.find(({ hash }) => hash === wanted.hash);
    if (found === undefined || toHex(found.aid) !== wanted.aid)
      return refuse(`the file of the package ${wanted.aid} holds another package`);
    const dap = (wanted.dap ?? []).map((domain) => {
      const signed = found.dap.find(({ securityDomain }) => toHex(securityDomain) === domain);
      if (signed === undefined)
        return refuse(`the package ${wanted.aid} bears no signature for the security domain ${domain}`);
      return { securityDomain: domain, signature: toHex(signed.signature) };
    });
    return {
      aid: wanted.aid,
      hash: wanted.hash,
      version: found.version,
      modules: found.modules.map(toHex),
      reference: packageReference(wanted.hash),
      length: found.loadFileDataBlock.length,
      loadFileHash: toHex(found.loadFileHash),
      securityDomain: wanted.securityDomain ?? '',
      dap,
    };
  });
  for (const { package: aid, module, application } of [...content.securityDomains, ...content.applications]) {
    const from = planned.find((one) => one.aid === aid);
    if (from !== undefined && !from.modules.includes(module))
      refuse(`the package ${aid} has no module ${module} for the application ${application}`);
  }
  return { ...content, packages: planned };
}
