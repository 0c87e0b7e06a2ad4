"""What was filmed, for ever, in NATS or in Firestore: records of jobs are forgotten, this is not."""
