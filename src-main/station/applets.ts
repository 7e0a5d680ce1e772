import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { Secret } from '#shared/bytes/secret.ts';
import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import type { Product } from '#shared/domain/product.ts';
import { trainingPeople } from '../access/training-people.ts';
import { AppletCatalogue } from '../applets/applet-catalogue.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { Journal } from '../journal/journal.ts';
import type { ShownPackage } from '../release/release-service.ts';
import type { SignedActs } from './act-on-approvals.ts';
import { assets } from './places.ts';

/** The catalogue, and how the station carries it. */
export interface OpenedApplets {
  readonly catalogue: AppletCatalogue;
  readonly acts: SignedActs;
  /** Packages of a product as a release names them; the faults of `AppletPackages.forLoading`. */
  packagesFor(product: Product): readonly ShownPackage[];
  /** Does what training people would: they trust the provider that is shipped, and bring in its package, once. */
  bringTraining(settled: () => Promise<void>): Promise<void>;
}

const shipped = { provider: 'cardwright-training', title: 'Cardwright training applets' } as const;
const files = {
  package: `${assets}/packages/training-applications.cap`,
  signature: `${assets}/packages/training-applications.cap.sig`,
  publicKey: `${assets}/packages/training-provider.pem`,
} as const;

/** Opens the catalogue of applet packages over the station's journal. */
export function openApplets(options: {
  readonly journal: Journal;
  readonly approvals: Approvals;
  readonly environment: Environment;
}): OpenedApplets {
  const { journal, approvals } = options;
  const catalogue = new AppletCatalogue(options);
  const carryOut = (approval: ApprovalId): void => catalogue.carryOut(approval);
  const sign = async (approval: ApprovalId, signers: readonly (typeof trainingPeople)[number][]): Promise<void> => {
    for (const { person, password } of signers) {
      await approvals.decide({
        approval,
        approver: person as PersonId,
        password: new Secret(password),
        statementDigest: journal.projections.approvals.find(approval)?.statementDigest ?? '',
        verdict: { kind: 'approve' },
      });
    }
  };
  return {
    catalogue,
    packagesFor: ({ chip, environment }) =>
      (chip.kind === 'emv' ? (chip.content?.packages ?? []) : []).map(({ aid, hash }) => {
        const { version } = catalogue.forLoading(hash, environment);
        return { aid, hash, version: `${version.major}.${version.minor}` };
      }),
    acts: { 'applet-provider-import': carryOut, 'applet-import': carryOut, 'applet-withdrawal': carryOut },
    bringTraining: async (settled) => {
      const asker = trainingPeople.find(({ role }) => role === 'administrator')?.person as PersonId;
      const supervisors = trainingPeople.filter(({ role }) => role === 'supervisor');
      const { applets } = journal.projections;
      if (applets.provider(shipped.provider) === null) {
        const publicKey = await readFile(files.publicKey, 'utf8');
        await sign(catalogue.requestProvider({ ...shipped, publicKey }, asker), supervisors.slice(0, 2));
        await settled();
      }
      const file = new Uint8Array(await readFile(files.package));
      if (applets.package(createHash('sha256').update(file).digest('hex')) !== null) return;
      if (applets.provider(shipped.provider)?.withdrawnAt !== null) return;
      const signature = new Uint8Array(await readFile(files.signature));
      const brought = { file, signature, provider: shipped.provider, dap: [] };
      await sign(catalogue.requestPackage(brought, asker), supervisors.slice(0, 1));
      await settled();
    },
  };
}
