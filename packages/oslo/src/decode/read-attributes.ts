import type { Address, EventAttributes, ExtraAttribute, JsonValue } from '@viaduct/core';
import type { CompiledAddress, CompiledAttribute, CompiledRule } from '../rules/compiled-rule.ts';
import {
  firstNumber,
  firstText,
  firstTime,
  valueAt,
  type NotificationView,
} from './notification-view.ts';
import { at, isAbsent, listFrom, member, numberFrom, plain, textFrom } from './payload.ts';

/** The normalised facts of a notification; `undefined` where it states none. */
export function readAttributes(
  view: NotificationView,
  rule: CompiledRule,
): EventAttributes | undefined {
  const found: Record<string, unknown> = {};
  for (const attribute of rule.attributes) {
    const value = attributeValue(view, attribute);
    if (value !== undefined) found[attribute.name] = value;
  }
  const addresses = readAddresses(view, rule.addresses);
  if (addresses.length > 0) found['addresses'] = addresses;
  const attachments = readAttachments(view, rule);
  if (attachments.length > 0) found['attachments'] = attachments;
  const extra = readExtra(view, rule);
  if (extra.length > 0) found['extra'] = extra;
  for (const _ in found) return found;
  return undefined;
}

function attributeValue(
  view: NotificationView,
  attribute: CompiledAttribute,
): string | number | undefined {
  if (attribute.as === 'text') return firstText(view, attribute.from);
  return attribute.as === 'number'
    ? firstNumber(view, attribute.from)
    : firstTime(view, attribute.from);
}

function readAddresses(
  view: NotificationView,
  rules: readonly CompiledAddress[],
): readonly Address[] {
  const found: Address[] = [];
  for (const rule of rules) {
    if (rule.list === undefined) {
      pushAddress(found, valueAt(view, rule.address), view.data, rule, view);
      continue;
    }
    for (const item of listFrom(valueAt(view, rule.list))) {
      const inner = plain(item);
      pushAddress(found, at(inner, rule.address.path), inner, rule, view);
      for (const floating of listFrom(member(inner, 'floating_ips'))) {
        const address = textFrom(member(floating, 'address'));
        if (address !== undefined) found.push({ address, ...ipVersion(address), type: 'floating' });
      }
    }
  }
  return found;
}

function pushAddress(
  found: Address[],
  value: JsonValue | undefined,
  item: JsonValue | undefined,
  { rule, mac: macAt }: CompiledAddress,
  view: NotificationView,
): void {
  const address = textFrom(value);
  if (address === undefined) return;
  const said = rule.version === undefined ? undefined : numberFrom(member(item, rule.version));
  const mac = macAt && (textFrom(at(item, macAt.path)) ?? textFrom(valueAt(view, macAt)));
  const network = rule.network === undefined ? undefined : textFrom(member(item, rule.network));
  found.push({
    address,
    ...(said === undefined ? ipVersion(address) : { version: said }),
    ...(mac === undefined ? {} : { mac }),
    ...(network === undefined ? {} : { network }),
    ...(rule.type === undefined ? {} : { type: rule.type }),
  });
}

function ipVersion(address: string): { readonly version?: number } {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return { version: 4 };
  return /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(address) && !/^(?:\w\w:){5}\w\w$/.test(address)
    ? { version: 6 }
    : {};
}

function readAttachments(view: NotificationView, rule: CompiledRule): readonly string[] {
  if (rule.attachments === undefined) return [];
  const names = rule.rule.attachments?.items;
  return listFrom(valueAt(view, rule.attachments)).flatMap((item) => {
    if (names === undefined) return textFrom(item) ?? [];
    const inner = plain(item);
    const texts = names.flatMap((name) => textFrom(member(inner, name)) ?? []);
    return texts.slice(0, 1);
  });
}

/** Values larger than this stay in the native message alone. */
const EXTRA_LENGTH_MAX = 4096;

function readExtra(view: NotificationView, rule: CompiledRule): readonly ExtraAttribute[] {
  const found: ExtraAttribute[] = [];
  for (const to of rule.extra) {
    const value = valueAt(view, to);
    if (isAbsent(value) || !isSmall(value)) continue;
    found.push({ name: to.name, value });
  }
  return found;
}

function isSmall(value: JsonValue): boolean {
  if (typeof value === 'string') return value.length <= EXTRA_LENGTH_MAX;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || JSON.stringify(value).length <= EXTRA_LENGTH_MAX;
}
