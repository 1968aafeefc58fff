import { z } from 'zod';

/** A whole number within bounds. */
export const whole = (description: string, fallback: number, min: number, max: number) =>
  z.int().min(min).max(max).default(fallback).describe(description);

export const seconds = (description: string, fallback: number, min: number, max: number) =>
  whole(`${description} (seconds)`, fallback, min, max);

export const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;
