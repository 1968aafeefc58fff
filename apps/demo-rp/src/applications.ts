/** One of the two applications that this process plays, each a client of its own so that single sign-on can be seen. */
export interface Application {
  /** First segment of its path. */
  key: string;
  title: string;
  about: string;
  clientId: string;
  clientSecret: string;
  /** Offers to show how the person signs in: its client has the scope `account`. */
  seesSecurity: boolean;
}

/** Registered in the realm `demo`. Their secrets are public: for trial only. */
export const applications: readonly Application[] = [
  {
    key: 'payroll',
    title: 'Payroll',
    about: 'Salaries and expenses',
    clientId: 'demo-payroll',
    clientSecret: 'demo-payroll-secret',
    seesSecurity: false,
  },
  {
    key: 'wiki',
    title: 'Wiki',
    about: 'What everyone at Acme should know',
    clientId: 'demo-wiki',
    clientSecret: 'demo-wiki-secret',
    seesSecurity: true,
  },
];
