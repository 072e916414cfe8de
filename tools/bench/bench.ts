/**
 * `npm run bench`: what Viaduct costs, as ratios within one run. `npm run bench -- traps` runs one:
 *
 * 1. codecs: decode and encode beside a plain full parse of the same messages;
 *    dialects: decode and encode of every dialect, over the same events;
 * 2. the pipeline ZeroMQ → journal → RabbitMQ (confirmed) beside the same path written naively
 *    without a journal, and beside `amqplib` publishing ready bodies with confirms;
 * 3. traps: ZeroMQ → journal → SNMP trap beside the same path written naively.
 *
 * The legs take turns, with the same messages; the first round is dropped, the median counts.
 * Absolute figures depend on the machine; the ratios are what to compare.
 */
import { benchCodecs } from './codecs.ts';
import { benchDialects } from './dialects.ts';
import { benchPipeline } from './pipeline.ts';
import { benchTraps } from './traps.ts';

const only = process.argv[2];
if (only === undefined || only === 'codecs') benchCodecs();
if (only === undefined || only === 'dialects') await benchDialects();
if (only === undefined || only === 'pipeline') await benchPipeline();
if (only === undefined || only === 'traps') await benchTraps();
