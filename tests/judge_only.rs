mod naive;
