import type { z } from 'zod';

/** One call of the contract: what goes in and what comes out, checked at run time on both ways. */
export interface CallDefinition<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly input: In;
  readonly output: Out;
}

export const call = <In extends z.ZodType, Out extends z.ZodType>(
  input: In,
  output: Out,
): CallDefinition<In, Out> => ({
  input,
  output,
});
