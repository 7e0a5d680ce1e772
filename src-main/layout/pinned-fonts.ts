import { access, copyFile, mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { StationFault } from '#shared/faults/station-fault.ts';

const fontList = z.strictObject({
  fonts: z
    .array(
      z.strictObject({
        family: z.string().min(1),
        weight: z.literal([400, 700]),
        file: z.string().regex(/^[A-Za-z0-9-]+\.(?:ttf|otf)$/),
        /** Debian's package that brings the file. */
        package: z.string().min(1),
      }),
    )
    .min(1),
});

/** A family that only our configuration knows, and draws as the bold of the first font. */
export const pinProof = 'Cardwright Pin Proof';

/** One font file that cards may be printed with. */
export interface PinnedFont {
  readonly family: string;
  readonly weight: 400 | 700;
  readonly path: string;
}

/**
 * Finds the fonts of the list, in its order, each in the first folder that has it.
 * Faults: LAYOUT-FONTS-INVALID, LAYOUT-FONT-MISSING with the package that brings the file.
 */
export async function findPinnedFonts(listFile: string, folders: readonly string[]): Promise<readonly PinnedFont[]> {
  let list: z.infer<typeof fontList>;
  try {
    list = fontList.parse(JSON.parse(await readFile(listFile, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is missing or no JSON';
    throw new StationFault('LAYOUT-FONTS-INVALID', { file: listFile, reason }, cause);
  }
  const found: PinnedFont[] = [];
  for (const { family, weight, file, package: brings } of list.fonts) {
    const path = await firstExisting(folders.map((folder) => resolve(folder, file)));
    if (path === undefined) throw new StationFault('LAYOUT-FONT-MISSING', { file, package: brings });
    found.push({ family, weight, path });
  }
  return found;
}

/**
 * Makes a folder with these fonts only and a fontconfig file that knows no other, and returns the path of that file.
 * fontconfig reads FONTCONFIG_FILE once a process, at the first text drawn.
 */
export async function writeFontConfiguration(fonts: readonly PinnedFont[], workFolder: string): Promise<string> {
  const folder = resolve(workFolder, 'fonts');
  await mkdir(folder, { recursive: true });
  for (const font of fonts) await place(font.path, join(folder, basename(font.path)));
  const families = [...new Set(fonts.map((font) => font.family))];
  const file = resolve(workFolder, 'fonts.conf');
  await writeFile(file, configuration(folder, resolve(workFolder, 'font-cache'), families));
  return file;
}

function configuration(folder: string, cache: string, families: readonly string[]): string {
  const names = families.map((family) => `      <string>${escape(family)}</string>`).join('\n');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${escape(folder)}</dir>
  <cachedir>${escape(cache)}</cachedir>
  <match target="pattern">
    <edit name="family" mode="append" binding="strong">
${names}
    </edit>
  </match>
  <match target="pattern">
    <test name="family"><string>${pinProof}</string></test>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (present) return path;
  }
  return undefined;
}

async function place(from: string, to: string): Promise<void> {
  const present = await readlink(to).catch(() => undefined);
  if (present === from) return;
  await rm(to, { force: true });
  await symlink(from, to).catch(async (cause: NodeJS.ErrnoException) => {
    // Windows lets only administrators make links: there the file is copied. Never over a link, which would write into the font.
    if (cause.code === 'EPERM') await copyFile(from, to);
    else if (cause.code !== 'EEXIST') throw cause;
  });
}
