import { z } from 'zod';
import { privilegeNames } from '../protocols/globalplatform/privileges.ts';
import { sha256Hex } from './identifiers.ts';

const hexBytes = (fewest: number, most: number) =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${String(fewest)},${String(most)}}$`), 'lower-case hexadecimal bytes');
const aid = hexBytes(5, 16);

/** A package that the card is loaded with, by AID and hash; its bytes lie in the station's catalogue. */
const packageToLoad = z.strictObject({
  aid,
  /** SHA-256 of the CAP file. */
  hash: sha256Hex,
  /** Security domain to which it shall belong, where it is not the issuer's. */
  securityDomain: aid.optional(),
  /** Security domains that demand their signature over it. GPC_SPE_034 v2.3.1 §9.2.1. */
  dap: z.array(aid).min(1).max(8).optional(),
});

/** An application that is made from a module of a package, or of what the blank came with. */
const applicationToInstall = z.strictObject({
  package: aid,
  module: aid,
  application: aid,
  privileges: z.array(z.enum(privilegeNames)),
  /** Value of C9, the application's own parameters. GPC_SPE_034 v2.3.1 §11.5.2.3.7. */
  parameters: hexBytes(0, 200),
  /** Whether it can be selected at once; one that is not is left INSTALLED. */
  selectable: z.enum(['yes', 'no']),
  /** Security domain to which it is handed over when it is there. GPC_SPE_034 v2.3.1 §11.5.2.3.4. */
  securityDomain: aid.optional(),
  /** Left LOCKED: whoever brings it into use unlocks it. Only for one that gets no data here. GPC_SPE_034 v2.3.1 §5.3.1.3. */
  locked: z.literal('yes').optional(),
});

/** A supplementary security domain: an application with its privilege, made before anything is loaded for it. GPC_SPE_034 v2.3.1 §7.2. */
const securityDomainToMake = z.strictObject({
  package: aid,
  module: aid,
  application: aid,
  /** Beside that of a security domain. */
  privileges: z.array(z.enum(privilegeNames)),
  parameters: hexBytes(0, 200),
});

/** What blanks may have come with and a finished card does not have; a load file goes with the applications made from it. GPC_SPE_034 v2.3.1 §9.5. */
const contentToRemove = z.strictObject({ kind: z.enum(['application', 'load-file']), aid });

/**
 * What is done to a blank's content before anything of the order is: removals, then security domains, then packages, then applications, each in this
 * order.
 */
export const chipContent = z.strictObject({
  removals: z.array(contentToRemove).min(1).max(16).optional(),
  securityDomains: z.array(securityDomainToMake).max(8).default([]),
  packages: z.array(packageToLoad).max(16),
  applications: z.array(applicationToInstall).max(16),
});
export type ChipContent = z.infer<typeof chipContent>;

/** Content that contradicts itself: something made twice, removed and made, or removed or locked and needed. */
export function checkContent(
  { removals = [], securityDomains, packages, applications }: ChipContent,
  fail: (path: readonly (string | number)[], message: string) => void,
): void {
  const seen = new Set<string>();
  const once = (list: string, at: number, key: string, name: string): void => {
    if (seen.has(name)) fail(['chip', 'content', list, at, key], 'is the name of something else on the card');
    seen.add(name);
  };
  const needed = new Set([
    ...[...securityDomains, ...applications].map((one) => one.package),
    ...[...packages, ...applications].flatMap(({ securityDomain = [] }) => securityDomain),
    ...packages.flatMap(({ dap = [] }) => dap),
  ]);
  removals.forEach((one, at) => {
    once('removals', at, 'aid', one.aid);
    if (needed.has(one.aid)) fail(['chip', 'content', 'removals', at, 'aid'], 'is needed for what the product brings');
  });
  securityDomains.forEach(({ application }, at) => once('securityDomains', at, 'application', application));
  packages.forEach((one, at) => once('packages', at, 'aid', one.aid));
  applications.forEach(({ application, locked }, at) => {
    once('applications', at, 'application', application);
    if (locked === 'yes' && needed.has(application))
      fail(['chip', 'content', 'applications', at, 'locked'], 'locks what other content belongs to');
  });
  if (new Set(packages.map(({ hash }) => hash)).size !== packages.length)
    fail(['chip', 'content', 'packages'], 'loads one file twice');
}
