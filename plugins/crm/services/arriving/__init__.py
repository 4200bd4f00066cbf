"""What is done with leads that come in: judged by the standard, tagged and handed to people by the tables in force."""
