"""AWS Lambda: functions run in processes of their own, with AWS's runtime client and a Runtime API."""
