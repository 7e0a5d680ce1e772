import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);

interface BuilderConfiguration {
  npmRebuild?: boolean;
  asarUnpack?: string[];
  files?: unknown[];
  linux?: { target?: unknown };
  win?: { target?: unknown };
  electronFuses?: Record<string, boolean>;
}
const config = require('app-builder-lib/out/util/config/config.js') as {
  getConfig: (folder: string, file: string, given: object) => Promise<BuilderConfiguration>;
  validateConfiguration: (configuration: BuilderConfiguration, logger: object) => Promise<void>;
};
const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => object };

const load = (): Promise<BuilderConfiguration> => config.getConfig(root, path.join(root, 'electron-builder.yml'), {});
const validate = (configuration: BuilderConfiguration): Promise<void> =>
  config.validateConfiguration(configuration, new DebugLogger(false));

test('electron-builder takes electron-builder.yml', async () => {
  const configuration = await load();
  await validate(configuration);
  expect({
    linux: configuration.linux?.target,
    windows: configuration.win?.target,
    rebuild: configuration.npmRebuild,
    unpacked: configuration.asarUnpack?.includes('**/*.node'),
  }).toEqual({ linux: ['deb', 'AppImage'], windows: ['nsis'], rebuild: false, unpacked: true });
});

test('the check notices a misspelt key', async () => {
  const configuration = { ...(await load()), asarUnpak: ['**/*.node'] };
  await expect(validate(configuration)).rejects.toThrow(/asarUnpak/);
});

test('the window cannot be turned into something else from outside', async () => {
  expect((await load()).electronFuses).toMatchObject({
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    grantFileProtocolExtraPrivileges: false,
  });
});
