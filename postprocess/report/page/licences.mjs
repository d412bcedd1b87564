// Licences of the packages that went into the bundle. What is not permissive stops the build.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const PERMISSIVE = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BSD', 'Zlib', 'Unlicense', 'CC0-1.0']);

/** Folder of the package (within node_modules) to which a file belongs. */
function packageOf(file) {
  const parts = file.split('node_modules/');
  if (parts.length === 1)
    return null;
  const names = parts.at(-1).split('/');
  const name = names[0].startsWith('@') ? `${names[0]}/${names[1]}` : names[0];
  return [...parts.slice(0, -1), name].join('node_modules/');
}

function licenceText(folder) {
  const entries = readdirSync(folder, {withFileTypes: true}).filter(entry => /^(licen[cs]e|notice)/i.test(entry.name));
  return entries.map(({name}) => name).sort().map(name => {
    const path = join(folder, name);
    return entries.find(entry => entry.name === name).isDirectory() ? licenceText(path) : readFileSync(path, 'utf8').trim();
  }).join('\n\n');
}

/** Names, versions, licences and their texts, one after the other. */
export function licencesOf(inputs, root) {
  const folders = [...new Set(inputs.map(packageOf).filter(Boolean))].sort();
  const packages = folders.map(folder => {
    const path = join(root, folder);
    const description = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const offered = String(description.license?.type ?? description.license ?? description.licenses?.[0]?.type ?? '');
    // Where a package leaves the choice between licences, the first permissive one is taken.
    const licence = offered.replace(/^\(|\)$/g, '').split(' OR ').find(name => PERMISSIVE.has(name));
    if (!licence)
      throw new Error(`${description.name}: licence "${offered}" is not among the permissive ones`);
    const author = typeof description.author === 'string' ? description.author : description.author?.name ?? '';
    return {title: `${description.name} ${description.version} (${licence})`, author, text: existsSync(path) ? licenceText(path) : ''};
  });
  const rule = '-'.repeat(78);
  return ['This page was built with the following software, under its own licences:', '', ...packages.map(p => `  ${p.title}`), '',
    ...packages.flatMap(p => [rule, p.title, p.author ? `author: ${p.author}` : '', '',
      p.text || `The licence ${p.title.replace(/.*\(|\)/g, '')}, as named in the package; it brings no file of its own.`, ''])].join('\n');
}
