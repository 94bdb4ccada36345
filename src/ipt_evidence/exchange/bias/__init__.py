"""Import tables of risk of bias: those that robvis draws, and the workbook of the RoB 2 tool with its summaries."""
