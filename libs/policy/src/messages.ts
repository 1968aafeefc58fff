import { z } from 'zod';

const whole = (description: string, fallback: number, min: number, max: number) =>
  z.int().min(min).max(max).default(fallback).describe(description);

/**
 * Bounds on what is sent. Text messages cost money and can be turned into money by whoever owns the numbers (toll fraud):
 * no country is open unless named, and every sum has a bound.
 */
export const messagePolicy = z
  .strictObject({
    mailsPerHour: whole('Sign-in codes by mail to one person, and to one address, within an hour', 6, 1, 60),
    smsPerDay: whole('Sign-in codes by SMS to one person, and to one number, within a day', 6, 1, 100),
    codesPerNetworkPerHour: whole('Sign-in codes asked for from one network (/24, /48) within an hour', 60, 1, 10_000),
    smsCountries: z
      .array(z.string().regex(/^\d{1,4}$/, 'a calling code without plus, such as 39'))
      .max(250)
      .default([])
      .describe('Calling codes that text messages may go to; none by default'),
    smsPerPrefixPerDay: whole(
      'Text messages to numbers that share all but their last four digits, within a day',
      20,
      1,
      10_000,
    ),
    smsPerRealmPerDay: whole('Text messages of the realm within a day', 1000, 1, 1_000_000),
    smsNumberWaitHours: whole('How long a changed number is not used for codes (hours)', 24, 0, 24 * 30),
    emailWaitHours: whole(
      'How long codes go to the address before when somebody other than its person changed it (hours)',
      24,
      0,
      24 * 30,
    ),
  })
  .prefault({});
