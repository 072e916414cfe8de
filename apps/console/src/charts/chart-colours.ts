/** Colours of lines, apart from one another for most kinds of colour blindness (Okabe and Ito). */
export interface ChartColours {
  readonly lines: readonly string[];
  readonly text: string;
  readonly grid: string;
}

/** Of a colour scheme. */
export function chartColours(scheme: 'light' | 'dark'): ChartColours {
  return scheme === 'light'
    ? { lines: ['#0072b2', '#d55e00', '#008060'], text: '#495057', grid: '#e9ecef' }
    : { lines: ['#56b4e9', '#e69f00', '#2dc79c'], text: '#a6a7ab', grid: '#3b3b3b' };
}
