import { z } from 'zod';
import { type Strictness, strictness } from '../strictness.ts';

/** A whole number within bounds. */
export const whole = (description: string, fallback: number, min: number, max: number) =>
  z.int().min(min).max(max).default(fallback).describe(description);

export const seconds = (description: string, fallback: number, min: number, max: number) =>
  whole(`${description} (seconds)`, fallback, min, max);

/** For settings that an organization may make stricter; a setting without an order is the realm's alone. */
const ordered = <S extends z.ZodType>(setting: S, rule: Strictness): S => {
  strictness.add(setting, rule);
  return setting;
};

export const lower = <S extends z.ZodType>(setting: S): S => ordered(setting, { stricter: 'lower' });
export const higher = <S extends z.ZodType>(setting: S): S => ordered(setting, { stricter: 'higher' });
/** `order` goes from the laxest value to the strictest. */
export const later = <S extends z.ZodType>(order: readonly unknown[], setting: S): S =>
  ordered(setting, { stricter: 'later', order });

export const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;
