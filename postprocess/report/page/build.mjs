// Builds the report page: one HTML file with its script and style inside, and no way to ask a network for anything.
// usage: node build.mjs [--output FILE] [--minify=no]
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

import {licencesOf} from './licences.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const PLACEHOLDER = '__LUMBARFEM_REPORT_DATA__';

function option(name, otherwise) {
  const index = process.argv.indexOf(`--${name}`);
  return index > 0 ? process.argv[index + 1] : otherwise;
}

const hashOf = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const output = resolve(option('output', join(HERE, 'build', 'report.html')));

const result = await build({
  absWorkingDir: HERE, entryPoints: ['src/main.ts'], outdir: 'build', write: false, bundle: true, format: 'iife', target: 'es2020',
  minify: !process.argv.includes('--minify=no'), legalComments: 'none', metafile: true, charset: 'utf8',
  define: {'process.env.NODE_ENV': '"production"', global: 'globalThis'}, logLevel: 'warning',
});
const textOf = ending => {
  const file = result.outputFiles.find(candidate => candidate.path.endsWith(ending));
  if (!file)
    throw new Error(`the bundle has no ${ending} file`);
  return file.text.trim();
};
const script = textOf('.js');
const style = textOf('.css');
for (const [name, text] of [['script', script], ['style', style]]) {
  if (text.includes(PLACEHOLDER) || new RegExp(`</${name}`, 'i').test(text) || text.includes('<!--'))
    throw new Error(`the ${name} holds text that would break the page`);
}

const licences = licencesOf(Object.keys(result.metafile.inputs), HERE);
// Inline script and style are admitted by their fingerprints alone; style attributes set through the object model are not
// subject to the policy. ECharts writes a style attribute into the drawings, which needs the exception for attributes.
const policy = ["default-src 'none'", `script-src ${hashOf(script)}`, `style-src-elem ${hashOf(style)}`,
  "style-src-attr 'unsafe-inline'", 'img-src data: blob:', "base-uri 'none'", "form-action 'none'"].join('; ');
const page = readFileSync(join(HERE, 'src', 'template.html'), 'utf8').replace(/\{\{(\w+)\}\}/g,
  (_, name) => ({policy, style, script, licences: licences.replace(/&/g, '&amp;').replace(/</g, '&lt;')})[name]);
if (page.split(PLACEHOLDER).length !== 2)
  throw new Error('the page must hold the place of the data exactly once');

mkdirSync(dirname(output), {recursive: true});
writeFileSync(`${output}.part`, page);
renameSync(`${output}.part`, output);
console.log(`${output}: ${(page.length / 1e6).toFixed(2)} MB`);
