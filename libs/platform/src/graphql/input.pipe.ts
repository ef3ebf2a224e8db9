import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { cleanText } from './clean-text.js';
import { InputPlan } from './input-plan.js';
import { inputValidation } from './validation.js';

/** What every argument goes through: its text is cleaned, then its class-validator marks are checked. */
@Injectable()
export class InputPipe implements PipeTransform<unknown> {
  private readonly thorough = inputValidation();

  /** @throws BAD_USER_INPUT with the fields named */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom') return value;
    const accepted = InputPlan.of(metadata.metatype)?.accept(value);
    return accepted ?? this.thorough.transform(cleanText(value), metadata);
  }
}
