import { CardPainter } from '../../layout/card-painter.ts';
import { writePanel } from '../../devices/printer/drivers/evolis/write-panel.ts';
import { readPrintStream } from './print-stream.ts';
import { CardType } from './card-type.ts';
import { findPlaces } from './find-places.ts';
import { expectedText } from './expected-text.ts';
import { readText } from './read-text.ts';
import { readFileSync, mkdtempSync } from 'node:fs';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import { productSchema } from '#shared/domain/product.ts';
import { findPinnedFonts } from '../../layout/pinned-fonts.ts';
const assets='/tmp/wt/pass/assets';
const painter = await CardPainter.open({layoutsFolder: assets+'/layouts', fontListFile: assets+'/fonts/fonts.json', fontFolders:['/usr/share/fonts/truetype/noto'], workFolder: mkdtempSync('/tmp/passx/')}, AbortSignal.timeout(60000));
const files = await findPinnedFonts(assets+'/fonts/fonts.json',['/usr/share/fonts/truetype/noto']);
const type = await CardType.open(files);
const names = process.argv.slice(2);
for (const ref of ['loyalty-stripe@1','emv-debit@1','gift-print@1']) for (const name of names) for (const specimen of ['on','off'] as const) {
const product = productSchema.parse(JSON.parse(readFileSync(assets+`/profiles/${ref}.json`,'utf8')));
const fields: Record<string,string> = {pan:'9900010000000017',panSequence:'01',expiry:'3111',effective:'2512',printName:name,loyaltyNumber:'6009900000001234',memberSince:'2103',tier:'Oro',giftNumber:'9800123412341234',giftAmount:'5000'};
const sides = await painter.paint(product, fields, {specimen}, AbortSignal.timeout(60000));
const cmds=[];
for (const s of sides){ cmds.push(s.side==='front'?evolis.selectFront():evolis.selectBack()); for(const p of s.panels) cmds.push(writePanel(p.kind,p.samples)); }
let t=performance.now();
const read = readPrintStream(cmds);
const t1=performance.now()-t; t=performance.now();
const out:string[]=[];
for(const s of read){ const svg=readFileSync(assets+`/layouts/${s.side==='front'?product.print.front:product.print.back}.svg`,'utf8');
 for(const p of findPlaces(svg)) if(p.kind==='text'){ const u=performance.now(); const e=expectedText(p.format, fields[p.field]!)!; const r=readText(s,p,e,{type,hidden:new Set()}); out.push(`${s.side} ${p.field} ${JSON.stringify(r)} ${(performance.now()-u).toFixed(0)}ms`); } }
console.log(ref,name,specimen,'decode',t1.toFixed(0),'all',(performance.now()-t).toFixed(0)); for(const o of out) if (!o.includes('"same"') || process.env.V) console.log('   ',o);
}
process.exit(0);
