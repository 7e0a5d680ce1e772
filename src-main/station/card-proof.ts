import { hash } from 'node:crypto';
import type { Environment, StationMode } from '#shared/domain/identifiers.ts';
import { thumbprintText } from '#shared/journal-format/pass-certificate.ts';
import { findPinnedFonts } from '../layout/pinned-fonts.ts';
import type { PassSource } from '../production/pass-issuer.ts';
import { keysOfStatement } from '../release/shown-keys.ts';
import { PanelJudge } from '../verification/panels/panel-judge.ts';
import type { Core } from './core.ts';
import type { Ending } from './ending.ts';
import { assets } from './places.ts';

/** How cards are proven as sent to the printer, and how a good card's certificate is signed. LAYOUT-FONTS-INVALID, LAYOUT-FONT-MISSING. */
export async function openCardProof(of: {
  readonly core: Pick<Core, 'keys' | 'journal'>;
  readonly fonts: { readonly fontListFile: string; readonly fontFolders: readonly string[] };
  readonly mode: StationMode;
  readonly station: string;
  readonly environment: Environment;
  readonly ending: Ending;
  readonly signal: AbortSignal;
}): Promise<{ readonly printProof: PanelJudge; readonly passes: PassSource }> {
  const { core, fonts, mode, station, environment, ending, signal } = of;
  const { keys, journal } = core;
  const printProof = new PanelJudge({
    layoutsFolder: `${assets}/layouts`,
    fonts: await findPinnedFonts(fonts.fontListFile, fonts.fontFolders),
    specimen: mode === 'training' ? 'on' : 'off',
  });
  ending.add(() => printProof.close());
  const signedBy = hash('sha256', thumbprintText(await keys.publicKey('station-signing', signal)), 'base64url');
  const { batches, approvals } = journal.projections;
  return {
    printProof,
    passes: {
      station,
      environment,
      signedBy,
      sign: (data, limit) => keys.sign(data, limit),
      keysOf: (batch) => {
        const approval = batches.find(batch)?.releaseApproval ?? null;
        const signed = approval === null ? null : approvals.find(approval);
        return signed === null ? [] : keysOfStatement(signed.statement);
      },
    },
  };
}
