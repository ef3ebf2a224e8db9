import { plainToInstance } from 'class-transformer';
import { type ValidatorConstraintInterface, getMetadataStorage } from 'class-validator';
import { cleanText } from './clean-text.js';

type Class = new () => object;
type Values = Record<string, unknown>;

/** A mark of class-validator, as its storage has it. */
type Mark = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

interface PropertyRules {
  /** Only if all of them say so the other rules count: `@IsOptional`. */
  conditions: ((object: object, value: unknown) => boolean)[];
  checks: { constraint: ValidatorConstraintInterface; constraints: unknown[]; each: boolean }[];
  nested: InputPlan | undefined;
}

/**
 * The marks of an input class, gathered once. It only ever accepts: what it does not understand or would not take is
 * left to class-validator, which also says what is wrong. The marks themselves are checked by class-validator's own
 * constraints. Of class-transformer it knows `@Type` alone.
 */
export class InputPlan {
  private static readonly plans = new Map<unknown, InputPlan | undefined>();

  /** @returns undefined for what is no input class, or has marks that are not known here */
  static of(metatype: unknown): InputPlan | undefined {
    if (!InputPlan.plans.has(metatype)) InputPlan.plans.set(metatype, InputPlan.make(metatype));
    return InputPlan.plans.get(metatype);
  }

  private static make(metatype: unknown): InputPlan | undefined {
    if (typeof metatype !== 'function') return undefined;
    const marks = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
    if (marks.length === 0) return undefined;
    const properties = new Map<string, PropertyRules>();
    for (const mark of marks) {
      const rules = properties.get(mark.propertyName) ?? { conditions: [], checks: [], nested: undefined };
      if (!add(mark, rules, metatype as Class)) return undefined;
      properties.set(mark.propertyName, rules);
    }
    return new InputPlan(metatype as Class, properties);
  }

  private constructor(
    private readonly metatype: Class,
    private readonly properties: Map<string, PropertyRules>,
  ) {}

  /**
   * @returns an instance with the values and their text cleaned, or undefined for what class-validator must look at
   * @throws BAD_USER_INPUT for text that cannot be kept
   */
  accept(values: unknown): object | undefined {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
    const object = new this.metatype() as Values;
    for (const [name, value] of Object.entries(values)) {
      const rules = this.properties.get(name);
      if (!rules) return undefined;
      if (value === null) continue;
      const taken = rules.nested ? nestedIn(value, rules.nested) : plain(value);
      if (taken === undefined && value !== undefined) return undefined;
      object[name] = taken;
    }
    for (const [name, rules] of this.properties) if (!passes(rules, object, name)) return undefined;
    return object;
  }
}

/** @returns false for a mark that is not known here */
function add(mark: Mark, rules: PropertyRules, metatype: Class): boolean {
  // Only there when options were given, whatever the type says.
  const { groups, validateIf } = mark as Partial<Mark>;
  if (groups?.length || validateIf) return false;
  switch (mark.type) {
    case 'whitelist':
      return true;
    case 'conditionalValidation':
      rules.conditions.push(mark.constraints[0] as PropertyRules['conditions'][number]);
      return true;
    case 'nestedValidation':
      rules.nested = InputPlan.of(classOf(mark.propertyName, metatype));
      return rules.nested !== undefined;
    case 'customValidation': {
      const found = getMetadataStorage().getTargetValidatorConstraints(mark.constraintCls);
      for (const { instance } of found) {
        rules.checks.push({ constraint: instance, constraints: mark.constraints, each: mark.each });
      }
      return found.every(({ async }) => !async);
    }
    default:
      return false;
  }
}

/** What `@Type` says of a property. */
function classOf(property: string, metatype: Class): unknown {
  const sample = plainToInstance(metatype, { [property]: {} }) as Record<string, object>;
  return sample[property]!.constructor;
}

function nestedIn(value: unknown, plan: InputPlan): unknown {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return plan.accept(value);
  const items: object[] = [];
  for (const item of value) {
    const taken = plan.accept(item);
    if (taken === undefined) return undefined;
    items.push(taken);
  }
  return items;
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value instanceof Date) return cleanText(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) => cleanText(item));
  return items.every((item) => typeof item !== 'object') ? items : undefined;
}

function passes({ conditions, checks }: PropertyRules, object: Values, property: string): boolean {
  const value = object[property];
  for (const condition of conditions) if (!condition(object, value)) return true;
  for (const { constraint, constraints, each } of checks) {
    const about = { targetName: object.constructor.name, property, object, value, constraints };
    const items: unknown[] = each && Array.isArray(value) ? value : [value];
    for (const item of items) if (constraint.validate(item, about) !== true) return false;
  }
  return true;
}
