import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Removes a folder in which systems were bootstrapped or containers ran. What is mounted below it
 * (the host's /proc, in a bootstrap that was cut off) is unmounted first, and never entered.
 */
export function removeFolder(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of mounts.sort().reverse()) spawnSync('umount', ['--lazy', place]);
  execFileSync('rm', ['-rf', '--one-file-system', folder], { stdio: 'inherit' });
}
