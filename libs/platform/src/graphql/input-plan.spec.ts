import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEmail,
  IsOptional,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { InputPlan } from './input-plan.js';
import { inputValidation } from './validation.js';

class Seat {
  @IsUUID()
  seatId: string;

  @IsOptional()
  @Min(0)
  @Max(9)
  row?: number;
}

class Order {
  @Length(2, 5)
  name: string;

  @IsOptional()
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => Seat)
  seats?: Seat[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Seat)
  best?: Seat;

  @IsOptional()
  @Length(1, 3, { each: true })
  words?: string[];

  @IsOptional()
  at?: Date;
}

class Odd {
  @ValidateIf(({ other }: Odd) => other !== undefined)
  @IsEmail()
  email?: string;

  @IsOptional()
  other?: string;
}

const ID = '01a1ff38-b598-7755-b75a-0f67ca303dfa';
const seats = [{ seatId: ID }, { seatId: ID, row: 9 }];

describe('an input plan', () => {
  it.each<[new () => object, object]>([
    [Order, { name: 'Bus' }],
    [Order, { name: 'Bus', seats }],
    [Order, { name: 'Bus', seats: [], best: { seatId: ID }, words: ['a', 'abc'] }],
    [Order, { name: 'Bus', at: new Date(0) }],
    [Odd, { email: 'nonsense' }],
    [Odd, { email: 'a@holdfast.test', other: 'x' }],
  ])('accepts what class-validator accepts, as the same instance: %p %p', async (metatype, value) => {
    const accepted = InputPlan.of(metatype)!.accept(value);
    expect(accepted).toBeInstanceOf(metatype);
    expect(accepted).toEqual(await inputValidation().transform(value, { type: 'body', metatype }));
    expect((accepted as Order).seats?.every((seat) => seat instanceof Seat)).not.toBe(false);
  });

  it.each<[new () => object, unknown]>([
    [Order, undefined],
    [Order, 'text'],
    [Order, [{ name: 'Bus' }]],
    [Order, {}],
    [Order, { name: 'B' }],
    [Order, { name: 5 }],
    [Order, { name: 'Bus', seats: [...seats, ...seats] }],
    [Order, { name: 'Bus', seats: [{ seatId: 'x' }] }],
    [Order, { name: 'Bus', seats: [null] }],
    [Order, { name: 'Bus', seats: 'x' }],
    [Order, { name: 'Bus', best: { seatId: ID, row: 10 } }],
    [Order, { name: 'Bus', best: [{ seatId: 'x' }] }],
    [Order, { name: 'Bus', words: ['abcd'] }],
    [Odd, { email: 'nonsense', other: 'x' }],
  ])('leaves what is refused to class-validator: %p %p', async (metatype, value) => {
    expect(InputPlan.of(metatype)!.accept(value)).toBeUndefined();
    await expect(inputValidation().transform(value, { type: 'body', metatype })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('leaves what would be stripped to class-validator', () => {
    expect(InputPlan.of(Order)!.accept({ name: 'Bus', more: 1 })).toBeUndefined();
    expect(InputPlan.of(Order)!.accept({ name: 'Bus', words: [{}] })).toBeUndefined();
  });

  it('is only for classes with marks', () => {
    expect([String, Object, undefined, class {}].map((metatype) => InputPlan.of(metatype))).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});
