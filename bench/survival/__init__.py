"""Do acknowledged messages survive: cut members, killed workers, engines that go and come back."""
