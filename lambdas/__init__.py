"""The functions of Touchline: handlers translate, logic decides, adapters talk to AWS."""
