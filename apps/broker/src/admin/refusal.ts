import type { BrokerErrorCode } from '../errors.ts';

/** Why a request is not answered as it wished: thrown by routes, sent as a problem. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly status: number;
  readonly code: BrokerErrorCode;
  /** Further members of the answer. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: BrokerErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Throws that there is no such thing. */
export function notFound(what: string): Refusal {
  return new Refusal(404, 'VIA_ADMIN_NOT_FOUND', `there is no ${what}`);
}
