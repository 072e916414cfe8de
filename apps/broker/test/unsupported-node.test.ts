import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const BIN = join(import.meta.dirname, '../bin/viaduct.js');

/** Runs the command with other versions of Node pretended: what it sees is `process.versions`. */
function runAs(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, BIN, '--help'];
  return spawnSync(process.execPath, ['--conditions=@viaduct/source', ...args], {
    encoding: 'utf8',
  });
}

describe('the command under a Node that is too old', () => {
  it.each(['12.22.12', '18.20.4', '20.20.2', '22.11.0'])(
    'says in one line what was found, what is needed and what to do (%s)',
    (version) => {
      const { status, stdout, stderr } = runAs(version);
      expect(status).toBe(3);
      expect(stdout).toBe('');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(`this is Node ${version}`);
      expect(stderr).toContain('Node 24 or newer is needed');
      expect(stderr).toContain('VIA_BROKER_NODE_UNSUPPORTED');
    },
  );

  it('runs under the ones that are new enough', () => {
    expect(runAs('26.0.0').status).toBe(0);
  });

  it('asks for what package.json declares', () => {
    const manifest = JSON.parse(
      readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
    ) as { readonly engines: { readonly node: string } };
    expect(readFileSync(BIN, 'utf8')).toContain(
      `NODE_MAJOR_MIN = ${manifest.engines.node.replace('>=', '')};`,
    );
  });

  it('is written in the syntax of 2015, import() apart', () => {
    const source = readFileSync(BIN, 'utf8');
    const { outputText } = ts.transpileModule(source, {
      fileName: 'viaduct.js',
      compilerOptions: {
        allowJs: true,
        target: ts.ScriptTarget.ES2015,
        module: ts.ModuleKind.ESNext,
        removeComments: false,
      },
    });
    // The compiler adds a directive and drops the formatter's last commas.
    const plain = (text: string) => text.replace(/\s+|"use strict";|,(?=\s*\))/g, '');
    expect(plain(outputText)).toBe(plain(source));
    expect(source).not.toMatch(/^import /m);
  });

  for (const { file, version } of oldNodes()) {
    it(`does so under a real one, ${version}`, () => {
      const { status, stderr } = spawnSync(file, [BIN, 'run'], { encoding: 'utf8' });
      expect(status).toBe(3);
      expect(stderr).toMatch(/^viaduct: VIA_BROKER_NODE_UNSUPPORTED: this is Node [^\n]*\n$/);
    });
  }
});

/** Old versions that this machine happens to have; the repository brings only its own. */
function oldNodes() {
  return ['/usr/bin/node', '/usr/local/bin/node'].flatMap((file) => {
    try {
      const version = execFileSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' });
      return Number.parseInt(version, 10) < 24 ? [{ file, version: version.trim() }] : [];
    } catch {
      return [];
    }
  });
}
