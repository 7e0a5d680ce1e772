import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { Environment } from '#shared/domain/identifiers.ts';
import type { AppletRequestSigned, PackageFacts } from '#shared/journal-format/events/applet-events.ts';
import { actorText, impossible, type AppliedEvent, type Projection } from './projection.ts';

/** A request about packages, exactly as it was signed. */
export interface AppletRequestRow {
  readonly approval: string;
  readonly asker: string;
  readonly request: AppletRequestSigned;
}

/** A provider whose key the station holds or held. */
export interface ProviderRow {
  readonly provider: string;
  readonly title: string;
  readonly algorithm: 'ECDSA P-256' | 'RSA';
  /** SubjectPublicKeyInfo, hexadecimal. */
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly environment: Environment;
  readonly importedAt: string;
  readonly withdrawnAt: string | null;
}

/** A package of the catalogue, listed or withdrawn. */
export interface PackageRow extends PackageFacts {
  readonly importedAt: string;
  readonly withdrawnAt: string | null;
  readonly withdrawnFor: string | null;
}

interface StoredPackage extends Omit<PackageRow, 'applets' | 'dap'> {
  readonly applets: string;
  readonly dap: string;
}

function readPackage({ applets, dap, ...row }: StoredPackage): PackageRow {
  return { ...row, applets: JSON.parse(applets) as string[], dap: JSON.parse(dap) as PackageRow['dap'] };
}

const providerColumns = `provider, title, algorithm, public_key AS publicKey, fingerprint, environment, imported_at AS importedAt,
  withdrawn_at AS withdrawnAt`;
const packageColumns = `hash, aid, version, name, provider, applets, bytes, load_file_bytes AS loadFileBytes, signature, dap, environment,
  imported_at AS importedAt, withdrawn_at AS withdrawnAt, withdrawn_for AS withdrawnFor`;

/** The catalogue of applet packages, the providers that sign them, and what was asked about them. */
export class AppletsProjection implements Projection {
  static readonly schema = `
    CREATE TABLE applet_requests (approval TEXT PRIMARY KEY, asker TEXT NOT NULL, request TEXT NOT NULL) STRICT;
    CREATE TABLE applet_providers (
      provider TEXT PRIMARY KEY, title TEXT NOT NULL, algorithm TEXT NOT NULL, public_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
      environment TEXT NOT NULL, imported_at TEXT NOT NULL, withdrawn_at TEXT
    ) STRICT;
    CREATE TABLE applet_packages (
      hash TEXT PRIMARY KEY, aid TEXT NOT NULL, version TEXT NOT NULL, name TEXT, provider TEXT NOT NULL, applets TEXT NOT NULL,
      bytes INTEGER NOT NULL, load_file_bytes INTEGER NOT NULL, signature TEXT NOT NULL, dap TEXT NOT NULL, environment TEXT NOT NULL,
      imported_at TEXT NOT NULL, withdrawn_at TEXT, withdrawn_for TEXT
    ) STRICT;`;
  readonly tables = ['applet_requests', 'applet_providers', 'applet_packages'];

  readonly #request: Statement;
  readonly #provider: Statement;
  readonly #package: Statement;
  readonly #endProvider: Statement;
  readonly #endPackage: Statement;
  readonly #oneRequest: Statement<[string], { approval: string; asker: string; request: string }>;
  readonly #oneProvider: Statement<[string], ProviderRow>;
  readonly #onePackage: Statement<[string], StoredPackage>;
  readonly #providers: Statement<[], ProviderRow>;
  readonly #packages: Statement<[], StoredPackage>;

  constructor(database: Database) {
    this.#request = database.prepare('INSERT INTO applet_requests VALUES (?, ?, ?)');
    this.#provider = database.prepare('INSERT INTO applet_providers VALUES (?, ?, ?, ?, ?, ?, ?, NULL)');
    this.#package = database.prepare(
      `INSERT OR REPLACE INTO applet_packages VALUES (@hash, @aid, @version, @name, @provider, @applets, @bytes, @loadFileBytes,
       @signature, @dap, @environment, @importedAt, NULL, NULL)`,
    );
    this.#endProvider = database.prepare('UPDATE applet_providers SET withdrawn_at = ? WHERE provider = ?');
    this.#endPackage = database.prepare(
      'UPDATE applet_packages SET withdrawn_at = ?, withdrawn_for = ? WHERE hash = ?',
    );
    this.#oneRequest = database.prepare('SELECT approval, asker, request FROM applet_requests WHERE approval = ?');
    this.#oneProvider = database.prepare(`SELECT ${providerColumns} FROM applet_providers WHERE provider = ?`);
    this.#onePackage = database.prepare(`SELECT ${packageColumns} FROM applet_packages WHERE hash = ?`);
    this.#providers = database.prepare(`SELECT ${providerColumns} FROM applet_providers ORDER BY provider`);
    this.#packages = database.prepare(`SELECT ${packageColumns} FROM applet_packages ORDER BY aid, imported_at, hash`);
  }

  apply(event: AppliedEvent): void {
    switch (event.kind) {
      case 'applet.requested': {
        const { approval, request } = event.payload;
        this.#request.run(approval, actorText(event.actor), JSON.stringify(request));
        return;
      }
      case 'applet.provider-imported': {
        const { provider, title, algorithm, publicKey, fingerprint, environment } = event.payload;
        if (this.provider(provider) !== null) impossible(event, `the provider ${provider} is there`);
        this.#provider.run(provider, title, algorithm, publicKey, fingerprint, environment, event.time);
        return;
      }
      case 'applet.package-imported': {
        const { hash, applets, dap } = event.payload;
        if (this.package(hash)?.withdrawnAt === null) impossible(event, `the package ${hash} is there`);
        this.#package.run({
          ...event.payload,
          applets: JSON.stringify(applets),
          dap: JSON.stringify(dap),
          importedAt: event.time,
        });
        return;
      }
      case 'applet.withdrawn': {
        const { of, name, reason } = event.payload;
        const changed =
          of === 'package' ? this.#endPackage.run(event.time, reason, name) : this.#endProvider.run(event.time, name);
        if (changed.changes !== 1) impossible(event, `there is no ${of} ${name}`);
        return;
      }
      default:
    }
  }

  request(approval: string): AppletRequestRow | null {
    const row = this.#oneRequest.get(approval);
    return row === undefined ? null : { ...row, request: JSON.parse(row.request) as AppletRequestSigned };
  }

  provider(name: string): ProviderRow | null {
    return this.#oneProvider.get(name) ?? null;
  }

  package(hash: string): PackageRow | null {
    const row = this.#onePackage.get(hash);
    return row === undefined ? null : readPackage(row);
  }

  /** Every provider, withdrawn ones too, by name. */
  providers(): readonly ProviderRow[] {
    return this.#providers.all();
  }

  /** Every package, withdrawn ones too, by AID. */
  packages(): readonly PackageRow[] {
    return this.#packages.all().map(readPackage);
  }
}
