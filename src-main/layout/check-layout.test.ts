import { readFile, writeFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { checkLayout } from './check-layout.ts';

const head =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1016" height="648" viewBox="0 0 1016 648">';
const field = (attributes: string) => `${head}<text font-size="40" data-max-width="500" ${attributes}></text></svg>`;

test.each([
  ['an image from a file', `${head}<image href="file:///etc/hostname" width="9" height="9"/></svg>`],
  [
    'a text include',
    `${head}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/></svg>`,
  ],
  ['an external entity', `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${head}<text>&x;</text></svg>`],
  ['an entity without a declaration', `${head}<text>&x;</text></svg>`],
  ['a style sheet instruction', `<?xml-stylesheet href="/tmp/a.css"?>${head}</svg>`],
  ['a style element', `${head}<style>@import url(/tmp/a.css);</style></svg>`],
  ['a style attribute', `${head}<rect style="fill:url(/tmp/a.svg#x)"/></svg>`],
  ['a fill from a file', `${head}<rect fill="url(/tmp/a.svg#x)"/></svg>`],
  ['a fill from a quoted address', `${head}<rect fill="url( 'http://a.example/#x' )"/></svg>`],
  ['a use of another file', `${head}<use xlink:href="other.svg#x"/></svg>`],
  ['data in a reference', `${head}<use href="data:image/svg+xml,x"/></svg>`],
  ['a base', `${head}<g xml:base="file:///etc/"/></svg>`],
  ['a script', `${head}<script>1</script></svg>`],
  ['a script attribute', `${head}<rect onload="1"/></svg>`],
  ['a foreign object', `${head}<foreignObject/></svg>`],
  ['an element of another name space', `${head}<html xmlns="http://www.w3.org/1999/xhtml"/></svg>`],
  ['broken XML', `${head}<g></svg>`],
  ['another size', head.replaceAll('1016', '1012') + '</svg>'],
  ['an unknown field', field('data-field="shoeSize"')],
  ['an unknown format', field('data-field="pan" data-format="roman"')],
  ['a field without a width', `${head}<text font-size="40" data-field="printName"/></svg>`],
  ['a name with letter-spacing', field('data-field="printName" letter-spacing="2"')],
  [
    'an unknown code',
    `${head}<rect data-field="giftNumber" data-code="morse" x="0" y="0" width="9" height="9"/></svg>`,
  ],
  ['a black group with a transform', `${head}<g data-panel="black" transform="scale(2)"/></svg>`],
  ['a bare area off the card', `${head}<rect data-area="chip" x="1000" y="0" width="90" height="9"/></svg>`],
])('refuses %s', (_what, source) => {
  expect(() => checkLayout('probe', 'probe.svg', source)).toThrow(
    expect.objectContaining({ code: 'LAYOUT-INVALID' }) as Error,
  );
});

test('reads the fields and bare areas of a shipped layout', async () => {
  const source = await readFile(new URL('../../assets/layouts/northbank-debit-front.svg', import.meta.url), 'utf8');
  const { fields, areas } = checkLayout('front', 'front.svg', source);
  expect({ fields, areas }).toEqual({
    fields: ['pan', 'effective', 'expiry', 'printName'],
    areas: [{ kind: 'chip', x: 98, y: 212, width: 164, height: 150, radius: 18 }],
  });
});

test('the renderer by itself reads no file either', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leak-'));
  const file = join(folder, 'red.png');
  await writeFile(
    file,
    await sharp({ create: { width: 50, height: 50, channels: 3, background: '#f00' } })
      .png()
      .toBuffer(),
  );
  const svg = `${head}<image href="file://${file}" width="50" height="50"/></svg>`;
  const drawn = await sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).raw().toBuffer();
  await rm(folder, { recursive: true });
  expect(drawn.every((sample) => sample === 255)).toBe(true);
});
