import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { ApprovalId, Environment, PersonId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { PackageFacts } from '#shared/journal-format/events/applet-events.ts';
import type { ApprovalsPort } from '../approvals/port.ts';
import type { Journal } from '../journal/journal.ts';
import type { NewEvent } from '../journal/port.ts';
import type { PackageRow, ProviderRow } from '../journal/projections/applets.ts';
import { AppletRequests, type AskedRequest } from './applet-requests.ts';
import type { AppletPackages, PackageToLoad } from './port.ts';
import { readProviderKey, signedBy } from './provider-key.ts';
import { readPackage } from './read-package.ts';

/** A provider that people bring. */
export interface BroughtProvider {
  readonly provider: string;
  readonly title: string;
  /** PEM, or SubjectPublicKeyInfo in hexadecimal. */
  readonly publicKey: string;
}

/** A package that people bring. */
export interface BroughtPackage {
  readonly file: Uint8Array;
  readonly provider: string;
  readonly signature: Uint8Array;
  readonly dap: readonly { readonly securityDomain: string; readonly signature: string }[];
}

/** What is withdrawn, and why. */
export interface Withdrawal {
  readonly of: 'package' | 'provider';
  readonly name: string;
  readonly reason: string;
}

interface Options {
  readonly journal: Journal;
  readonly approvals: ApprovalsPort;
  /** A station has packages of one environment only: that of its mode. */
  readonly environment: Environment;
}

/**
 * The catalogue of applet packages: what may be loaded onto cards, by hash, and whose signatures are trusted.
 *
 * Everything that comes in or goes is signed by others first. A package's signature is checked when it is asked for, when it is brought in and
 * each time before it is loaded; what no longer fits is withdrawn.
 */
export class AppletCatalogue implements AppletPackages {
  readonly #journal: Journal;
  readonly #environment: Environment;
  readonly #requests: AppletRequests;

  constructor({ journal, approvals, environment }: Options) {
    this.#journal = journal;
    this.#environment = environment;
    this.#requests = new AppletRequests(journal, approvals);
  }

  /** Every package, withdrawn ones too. */
  packages(): readonly PackageRow[] {
    return this.#journal.projections.applets.packages();
  }

  /** Every provider, withdrawn ones too. */
  providers(): readonly ProviderRow[] {
    return this.#journal.projections.applets.providers();
  }

  /** Asks for the import of a provider's key. APPLET-KEY, APPLET-PROVIDER when the name or the key is there already, and the faults of approvals. */
  requestProvider(brought: BroughtProvider, asker: PersonId): ApprovalId {
    const { provider, title, publicKey } = brought;
    const request = {
      kind: 'provider',
      provider,
      title,
      ...readProviderKey(publicKey),
      environment: this.#environment,
    } as const;
    this.#examineProvider(request);
    return this.#requests.ask(request, asker);
  }

  /**
   * Asks for the import of a package; its file is kept from here on. The faults of CAP files, APPLET-PROVIDER, APPLET-SIGNATURE,
   * APPLET-VERSION, APPLET-THERE, and those of approvals.
   */
  requestPackage({ file, provider, signature, dap }: BroughtPackage, asker: PersonId): ApprovalId {
    const request = {
      kind: 'package',
      ...this.#examine(file, { provider, signature: toHex(signature), dap: [...dap] }),
    } as const;
    this.#dropUnasked();
    this.#journal.appendWith(() => this.#journal.packageFiles.put(request.hash, file));
    return this.#requests.ask(request, asker);
  }

  /** Asks for the withdrawal of a package or provider. APPLET-UNKNOWN, APPLET-WITHDRAWN, and the faults of approvals. */
  requestWithdrawal(wanted: Withdrawal, asker: PersonId): ApprovalId {
    this.#examineWithdrawal(wanted);
    return this.#requests.ask({ kind: 'withdrawal', ...wanted }, asker);
  }

  /** Carries out what was signed; what can no longer be done as it was signed is withdrawn and its fault thrown. */
  carryOut(approval: ApprovalId): void {
    const asked = this.#requests.find(approval);
    const { request } = asked;
    switch (request.kind) {
      case 'provider': {
        this.#requests.stillPossible(asked, () => this.#examineProvider(request));
        const { kind: _, ...payload } = request;
        return this.#append(asked, {
          kind: 'applet.provider-imported',
          payload,
          subjects: { provider: request.provider },
        });
      }
      case 'package': {
        const { kind: _, ...payload } = request;
        this.#requests.stillPossible(asked, () => {
          if (canonicalJson(this.#examine(this.#file(request.hash), request)) !== canonicalJson(payload))
            throw new StationFault('APPLET-ALTERED', { name: request.hash });
        });
        return this.#append(asked, { kind: 'applet.package-imported', payload, subjects: { package: request.hash } });
      }
      case 'withdrawal': {
        this.#requests.stillPossible(asked, () => this.#examineWithdrawal(request));
        const { kind: _, ...payload } = request;
        return this.#append(asked, { kind: 'applet.withdrawn', payload, subjects: { [request.of]: request.name } });
      }
    }
  }

  forLoading(hash: string, environment: Environment): PackageToLoad {
    const row = this.#journal.projections.applets.package(hash);
    if (row === null) throw new StationFault('APPLET-UNKNOWN', { name: hash });
    if (row.withdrawnAt !== null) throw new StationFault('APPLET-WITHDRAWN', { name: hash });
    if (row.environment !== environment) throw new StationFault('APPLET-ENVIRONMENT', { environment: row.environment });
    const file = this.#file(hash);
    this.#checkSignature(file, row);
    const { cap, hash: found, loadFileHash } = readPackage(file);
    if (found !== hash) throw new StationFault('APPLET-ALTERED', { name: hash });
    return {
      hash,
      aid: cap.package.aid,
      version: { major: cap.package.major, minor: cap.package.minor },
      modules: cap.applets,
      loadFileDataBlock: cap.loadFileDataBlock,
      loadFileHash: loadFileHash.sha256,
      dap: row.dap.map(({ securityDomain, signature }) => ({
        securityDomain: fromHex(securityDomain),
        signature: fromHex(signature),
      })),
    };
  }

  #file(hash: string): Uint8Array {
    const file = this.#journal.packageFiles.read(hash);
    if (file === null) throw new StationFault('APPLET-ALTERED', { name: hash });
    return file;
  }

  #provider(name: string): ProviderRow {
    const row = this.#journal.projections.applets.provider(name);
    if (row?.withdrawnAt !== null)
      throw new StationFault('APPLET-PROVIDER', {
        provider: name,
        reason: row === null ? 'it is not known' : 'it was withdrawn',
      });
    if (row.environment === this.#environment) return row;
    throw new StationFault('APPLET-ENVIRONMENT', { environment: row.environment });
  }

  #checkSignature(file: Uint8Array, { provider, signature }: Pick<PackageFacts, 'provider' | 'signature'>): void {
    if (signedBy(this.#provider(provider), file, fromHex(signature)) === 'no') {
      throw new StationFault('APPLET-SIGNATURE', { provider });
    }
  }

  /** What a file says, once its signature is right; a card knows AID and version only, so no two files may share them. */
  #examine(file: Uint8Array, brought: Pick<PackageFacts, 'provider' | 'signature' | 'dap'>): PackageFacts {
    const { cap, hash } = readPackage(file);
    this.#checkSignature(file, brought);
    const { provider, signature, dap } = brought;
    const facts: PackageFacts = {
      hash,
      aid: toHex(cap.package.aid),
      version: `${cap.package.major}.${cap.package.minor}`,
      name: cap.packageName,
      provider,
      applets: cap.applets.map(toHex),
      bytes: file.length,
      loadFileBytes: cap.loadFileDataBlock.length,
      signature,
      dap: [...dap],
      environment: this.#environment,
    };
    for (const other of this.packages()) {
      if (other.withdrawnAt !== null) continue;
      if (other.hash === hash) throw new StationFault('APPLET-THERE', { name: hash });
      if (other.aid === facts.aid && other.version === facts.version) {
        throw new StationFault('APPLET-VERSION', { aid: facts.aid.toUpperCase(), version: facts.version });
      }
    }
    return facts;
  }

  #examineProvider({ provider, fingerprint }: { readonly provider: string; readonly fingerprint: string }): void {
    for (const row of this.providers()) {
      if (row.provider === provider || row.fingerprint === fingerprint) {
        throw new StationFault('APPLET-THERE', { name: row.provider });
      }
    }
  }

  #examineWithdrawal({ of, name }: Pick<Withdrawal, 'of' | 'name'>): void {
    const { applets } = this.#journal.projections;
    const row = of === 'package' ? applets.package(name) : applets.provider(name);
    if (row === null) throw new StationFault('APPLET-UNKNOWN', { name });
    if (row.withdrawnAt !== null) throw new StationFault('APPLET-WITHDRAWN', { name });
  }

  /** Files whose request came to nothing. */
  #dropUnasked(): void {
    const kept = new Set([...this.packages().map(({ hash }) => hash), ...this.#requests.openPackages()]);
    const { packageFiles } = this.#journal;
    for (const hash of packageFiles.hashes()) {
      if (!kept.has(hash)) this.#journal.appendWith(() => packageFiles.delete(hash));
    }
  }

  #append(asked: AskedRequest, event: Pick<NewEvent, 'subjects'> & Pick<NewEvent, 'kind' | 'payload'>): void {
    const { approval, asker } = asked;
    const whole = {
      ...event,
      actor: { kind: 'person', person: asker },
      issuer: null,
      subjects: { ...event.subjects, approval },
    } as NewEvent;
    this.#journal.append(this.#requests.use(asked), whole);
  }
}
