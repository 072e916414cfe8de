/**
 * `npm run bench`: what Viaduct costs, as ratios within one run. Two tables:
 *
 * 1. codecs: decode and encode of every dialect beside a plain full parse of the same messages;
 * 2. the pipeline ZeroMQ → journal → RabbitMQ (confirmed) beside the same path written naively
 *    without a journal, and beside `amqplib` publishing ready bodies with confirms.
 *
 * The legs take turns, with the same messages; the first round is dropped, the median counts.
 * Absolute figures depend on the machine; the ratios are what to compare.
 */
import { benchCodecs } from './codecs.ts';
import { benchPipeline } from './pipeline.ts';

const only = process.argv[2];
if (only === undefined || only === 'codecs') benchCodecs();
if (only === undefined || only === 'pipeline') await benchPipeline();
