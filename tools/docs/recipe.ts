/** The recipes of docs/recipes.md, as a broker can run them. */
import { load } from 'js-yaml';
import type { Page } from './markdown-page.ts';

/** An event of a recipe, and who gets what of it. */
export interface RecipeCase {
  /** `data` of the event. */
  readonly event: object;
  /** When it happened, RFC 3339. */
  readonly time?: string;
  readonly nativetype?: string;
  /** By the name of the sink, the part of `data` that is of interest. */
  readonly sinks: Readonly<Record<string, object>>;
}

/** A recipe: its routes, what its source ignores, its cases. */
export interface Recipe {
  /** Of the YAML block. */
  readonly line: number;
  readonly routes: readonly RecipeRoute[];
  readonly ignore: readonly string[];
  readonly cases: readonly RecipeCase[];
}

interface RecipeRoute {
  readonly to: string;
  readonly [key: string]: unknown;
}

interface WholeBlock {
  readonly sources: Readonly<Record<string, { readonly ignore?: readonly string[] }>>;
  readonly routes: readonly RecipeRoute[];
}

/** Reads the recipes of a page: a block of YAML, and the block of JSON that follows it. */
export function readRecipes({ blocks }: Page): readonly Recipe[] {
  return blocks.flatMap((block, index) => {
    const cases = blocks[index + 1];
    if (block.language !== 'yaml' || cases?.language !== 'json') return [];
    const value = load(block.text) as readonly RecipeRoute[] | WholeBlock;
    const [routes, sources] = 'routes' in value ? [value.routes, value.sources] : [value, {}];
    const ignore = Object.values(sources).flatMap((source) => source.ignore ?? []);
    const read = JSON.parse(cases.text) as readonly RecipeCase[];
    return [{ line: block.line, routes, ignore, cases: read }];
  });
}
