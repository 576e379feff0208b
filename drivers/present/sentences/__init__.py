"""What results say, in sentences that pieces and figures share."""
