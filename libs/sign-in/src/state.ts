export interface SignInState {
  at: string;
}
