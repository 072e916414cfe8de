import { journalContract } from '@viaduct/journal/contract';
import { folderPlace } from './sqlite-place.ts';

journalContract({ name: 'SQLite', place: () => folderPlace() });
