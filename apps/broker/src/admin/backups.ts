/**
 * Copies of the data folder that are taken over the API: in `backups` of the data folder, so that
 * nobody who asks from afar chooses where the broker writes. From there they are taken elsewhere.
 */
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupProgress, BackupSummary, Journal } from '@viaduct/journal';
import { Refusal } from './refusal.ts';

/** Backups kept; whoever wants another removes one. */
const BACKUPS_MAX = 8;

/** What has to be free on the disk beside the copy, bytes: the broker goes on meanwhile. */
const RESERVE_BYTES = 256 * 1024 ** 2;

/** A copy that is whole. */
export interface Backup {
  readonly name: string;
  /** When it was finished, milliseconds since the epoch. */
  readonly at: number;
}

/** A step of a backup. */
export type BackupStep =
  | ({ readonly kind: 'writing' } & BackupProgress)
  | { readonly kind: 'done'; readonly result: BackupSummary };

/** The backups in a data folder, the oldest first. */
export async function listBackups(data: string): Promise<readonly Backup[]> {
  const folder = join(data, 'backups');
  const names = await readdir(folder).catch(() => []);
  const whole = names.filter((name) => !name.endsWith('.partial'));
  const backups = whole.map(async (name) => {
    return { name, at: Math.round((await stat(join(folder, name))).mtimeMs) };
  });
  return (await Promise.all(backups)).toSorted((one, other) => one.at - other.at);
}

/** Takes one under a new name. Refuses where there are too many or the disk is too small. */
export async function* takeBackup(
  journal: Journal,
  data: string,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<BackupStep, void> {
  await checkRoom(journal, data);
  await mkdir(join(data, 'backups'), { recursive: true, mode: 0o700 });
  let progress: BackupProgress | undefined;
  let wake = (): void => undefined;
  const copying = journal.backup(join(data, 'backups', name), {
    signal,
    onProgress: (now) => {
      progress = now;
      wake();
    },
  });
  const over = copying.then(
    () => true,
    () => true,
  );
  for (let isOver = false; !isOver;) {
    const told = new Promise<false>((resolve) => (wake = () => resolve(false)));
    isOver = await Promise.race([over, told]);
    if (progress !== undefined) yield { kind: 'writing', ...progress };
    progress = undefined;
  }
  yield { kind: 'done', result: await copying };
}

async function checkRoom(journal: Journal, data: string): Promise<void> {
  if ((await listBackups(data)).length >= BACKUPS_MAX) {
    const message =
      `there are ${String(BACKUPS_MAX)} backups in ${join(data, 'backups')}: take some of them ` +
      'elsewhere, and remove them there';
    throw new Refusal(409, 'VIA_BROKER_REQUEST', message);
  }
  const [{ bytes }, disk] = [await journal.stats(), await statfs(data)];
  const free = disk.bavail * disk.bsize;
  if (free >= bytes + RESERVE_BYTES) return;
  const [needed, left] = [bytes + RESERVE_BYTES, free].map((one) => Math.ceil(one / 1024 ** 2));
  const message =
    `the disk of ${data} has ${String(left)} MiB left, and a backup takes ${String(needed)}: use ` +
    '"viaduct journal backup" with a folder on another disk';
  throw new Refusal(409, 'VIA_BROKER_REQUEST', message);
}
