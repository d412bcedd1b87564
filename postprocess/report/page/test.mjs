// Type check and unit tests of the page: node test.mjs
import {spawnSync} from 'node:child_process';
import {readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const run = (command, ...args) => {
  const {status} = spawnSync(command, args, {cwd: HERE, stdio: 'inherit'});
  if (status !== 0)
    process.exit(status ?? 1);
};

run(process.execPath, join(HERE, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit');
const names = readdirSync(join(HERE, 'tests')).filter(name => name.endsWith('.test.ts'));
const folder = join(HERE, 'build', 'tests');
rmSync(folder, {recursive: true, force: true});
await build({
  absWorkingDir: HERE, entryPoints: names.map(name => `tests/${name}`), outdir: folder, outExtension: {'.js': '.mjs'},
  bundle: true, platform: 'node', format: 'esm', target: 'node18', logLevel: 'warning',
});
run(process.execPath, '--test', ...names.map(name => join(folder, name.replace('.ts', '.mjs'))));
