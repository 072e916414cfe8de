/**
 * Builds the image from a clean checkout and proves, with real containers, what an operator relies
 * on: it starts, is healthy, translates, keeps what it acknowledged over `kill -9`, stops cleanly,
 * is small, and the compose file works. Needs root on Debian; takes some minutes.
 *
 *     npm run test:container
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePeers } from '../peers/debian-packages.ts';
import { makeNodeImage, makeRabbitmqImage, NODE_IMAGE } from './base-images.ts';
import { buildImages } from './build-images.ts';
import { proveCompose } from './compose-proof.ts';
import { containerEngine } from './engine.ts';
import { removeFolder } from './remove-folder.ts';
import {
  proveHealth,
  proveSize,
  proveStop,
  proveSurvival,
  proveTranslation,
  type Proof,
} from './proofs.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'viaduct-containers-'));
const engine = containerEngine(folder);
const checkout = join(folder, 'checkout');
let failures = 0;

try {
  ensurePeers(['containers']);
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, checkout]);
  await step('the base image is made', () => makeNodeImage(engine, folder));
  if (failures === 0) {
    await step('the image builds from a clean checkout', () => buildImages(engine, checkout));
  }
  if (failures === 0) await proveAll();
} finally {
  engine.tryPodman('rm', '--all', '--force', '--time', '0');
  engine.tryPodman('volume', 'prune', '--force');
  engine.tryPodman('rmi', '--all', '--force');
  removeFolder(folder);
}
console.log(failures === 0 ? `All of it holds, on ${NODE_IMAGE}.` : `${failures} steps failed.`);
process.exitCode = failures === 0 ? 0 : 1;

async function proveAll(): Promise<void> {
  const proofs: readonly Proof[] = [
    proveSize,
    proveHealth,
    proveTranslation,
    proveSurvival,
    proveStop,
  ];
  for (const proof of proofs) await step(proof.title, () => proof.run({ engine, checkout }));
  await step("RabbitMQ's image is made", () => makeRabbitmqImage(engine, folder));
  await step(proveCompose.title, () => proveCompose.run({ engine, checkout }));
}

/** A step that fails is told, and the next is tried. */
async function step(title: string, run: () => unknown): Promise<void> {
  const begun = performance.now();
  let told = 'ok  ';
  let more: unknown;
  try {
    more = await run();
  } catch (error) {
    failures += 1;
    told = 'FAIL';
    more = (error as Error).message;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const figure = typeof more === 'string' ? ` (${more})` : '';
  console.log(`${told} ${title}${figure} [${seconds} s]`);
}
