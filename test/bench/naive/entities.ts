import { Column, CreateDateColumn, Entity, Index, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';

@Entity('naive_reservations')
export class NaiveReservation {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  tripId: string;

  @Column('int')
  fromPosition: number;

  @Column('int')
  toPosition: number;

  @Column('text')
  sessionToken: string;

  @Column('timestamptz')
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @OneToMany(() => NaiveSeat, (seat) => seat.reservation)
  seats: NaiveSeat[];
}

/** A seat of one trip. */
@Entity('naive_seats')
@Index(['tripId', 'seatId'], { unique: true })
export class NaiveSeat {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  tripId: string;

  @Column('uuid')
  seatId: string;

  @Column('timestamptz', { nullable: true })
  heldUntil: Date | null;

  @ManyToOne(() => NaiveReservation, (reservation) => reservation.seats, { nullable: true })
  reservation: NaiveReservation | null;
}
