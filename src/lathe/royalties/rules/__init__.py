"""Pure rules of royalties: what matches, what is charged, who shares it, what is paid out."""
